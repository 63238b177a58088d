scoutsuite_results =
{
 "account_id": "111122223333",
 "environment": null,
 "last_run": {
  "ruleset_name": "default",
  "run_parameters": {
   "excluded_regions": [],
   "regions": [
    "eu-central-1",
    "us-east-1"
   ],
   "services": [],
   "skipped_services": []
  },
  "time": "2026-11-23 16:35:50+0000",
  "version": "5.14.0"
 },
 "partition": "aws",
 "provider_code": "aws",
 "provider_name": "Amazon Web Services",
 "result_format": "json",
 "services": {
  "acm": {
   "filters": {},
   "findings": {
    "acm-certificate-with-close-expiration-date": {
     "checked_items": 0,
     "compliance": null,
     "dashboard_name": "Certificates",
     "description": "ACM Certificate Expiring in Less Than 7 Days",
     "flagged_items": 0,
     "id_suffix": "NotAfter",
     "items": [],
     "level": "warning",
     "path": "acm.regions.id.certificates.id",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "ACM"
    }
   }
  },
  "cloudtrail": {
   "filters": {},
   "findings": {
    "cloudtrail-no-logging": {
     "checked_items": 1,
     "class_suffix": "IsLogging",
     "compliance": [
      {
       "name": "CIS Amazon Web Services Foundations",
       "reference": "2.1",
       "version": "1.2.0"
      }
     ],
     "dashboard_name": "Configurations",
     "description": "Disabled Trails",
     "flagged_items": 1,
     "items": [
      "cloudtrail.regions.eu-central-1.trails.scoutid-0000000000000000000000000000000000000002.IsLogging"
     ],
     "level": "danger",
     "path": "cloudtrail.regions.id.trails.id",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "CloudTrail"
    },
    "cloudtrail-not-configured": {
     "checked_items": 2,
     "compliance": null,
     "dashboard_name": "Regions",
     "description": "CloudTrail Service Not Configured",
     "flagged_items": 1,
     "id_suffix": "NotConfigured",
     "items": [
      "cloudtrail.regions.us-east-1.NotConfigured"
     ],
     "level": "danger",
     "path": "cloudtrail.regions.id",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "CloudTrail"
    }
   },
   "regions": {
    "eu-central-1": {
     "id": "eu-central-1",
     "name": "eu-central-1",
     "region": "eu-central-1",
     "trails": {
      "scoutid-0000000000000000000000000000000000000002": {
       "IsLogging": false,
       "arn": "arn:aws:cloudtrail:eu-central-1:111122223333:trail/trail",
       "name": "trail"
      }
     }
    },
    "us-east-1": {
     "id": "us-east-1",
     "name": "us-east-1",
     "region": "us-east-1"
    }
   }
  },
  "ec2": {
   "filters": {},
   "findings": {
    "ec2-ebs-default-encryption-disabled": {
     "checked_items": 2,
     "compliance": null,
     "dashboard_name": "Regions",
     "description": "EBS Encryption By Default Is Disabled",
     "flagged_items": 2,
     "id_suffix": "NoDefaultEBSEncryption",
     "items": [
      "ec2.regions.eu-central-1.regional_settings.0.NoDefaultEBSEncryption",
      "ec2.regions.us-east-1.regional_settings.0.NoDefaultEBSEncryption"
     ],
     "level": "warning",
     "path": "ec2.regions.id.regional_settings.id",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "EC2"
    },
    "ec2-ebs-volume-not-encrypted": {
     "checked_items": 1,
     "compliance": null,
     "dashboard_name": "Volumes",
     "description": "EBS Volume Not Encrypted",
     "flagged_items": 1,
     "id_suffix": "encrypted",
     "items": [
      "ec2.regions.eu-central-1.volumes.vol-00000000000000004.encrypted"
     ],
     "level": "danger",
     "path": "ec2.regions.id.volumes.id",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "EC2"
    },
    "ec2-instance-with-user-data-secrets": {
     "checked_items": 0,
     "compliance": null,
     "dashboard_name": "Instances",
     "description": "Potential Secret in Instance User Data",
     "flagged_items": 0,
     "id_suffix": "potential_secrets",
     "items": [],
     "level": "danger",
     "path": "ec2.regions.id.vpcs.id.instances.id",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "EC2"
    },
    "ec2-security-group-opens-NFS-port-to-all": {
     "checked_items": 7,
     "compliance": [
      {
       "name": "CIS Amazon Web Services Foundations",
       "reference": "4.2",
       "version": "1.2.0"
      }
     ],
     "dashboard_name": "Rules",
     "description": "Security Group Opens NFS Port to All",
     "display_path": "ec2.regions.id.vpcs.id.security_groups.id",
     "flagged_items": 0,
     "items": [],
     "level": "danger",
     "path": "ec2.regions.id.vpcs.id.security_groups.id.rules.id.protocols.id.ports.id.cidrs.id.CIDR",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "EC2"
    },
    "ec2-security-group-opens-SSH-port-to-all": {
     "checked_items": 7,
     "compliance": [
      {
       "name": "CIS Amazon Web Services Foundations",
       "reference": "4.2",
       "version": "1.2.0"
      }
     ],
     "dashboard_name": "Rules",
     "description": "Security Group Opens SSH Port to All",
     "display_path": "ec2.regions.id.vpcs.id.security_groups.id",
     "flagged_items": 1,
     "items": [
      "ec2.regions.eu-central-1.vpcs.vpc-00000000000000006.security_groups.sg-00000000000000003.rules.ingress.protocols.TCP.ports.22.cidrs.0.CIDR"
     ],
     "level": "danger",
     "path": "ec2.regions.id.vpcs.id.security_groups.id.rules.id.protocols.id.ports.id.cidrs.id.CIDR",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "EC2"
    }
   },
   "regions": {
    "eu-central-1": {
     "id": "eu-central-1",
     "name": "eu-central-1",
     "region": "eu-central-1",
     "regional_settings": {
      "0": {}
     },
     "volumes": {
      "vol-00000000000000004": {
       "arn": "arn:aws:ec2:eu-central-1:111122223333:volume/vol-00000000000000004",
       "id": "vol-00000000000000004",
       "name": "vol-00000000000000004"
      }
     },
     "vpcs": {
      "vpc-00000000000000006": {
       "arn": "arn:aws:vpc:eu-central-1:111122223333:virtual-private-cloud/vpc-00000000000000006",
       "id": "vpc-00000000000000006",
       "name": "vpc-00000000000000006",
       "security_groups": {
        "sg-00000000000000003": {
         "arn": "arn:aws:ec2:eu-central-1:111122223333:security-group/sg-00000000000000003",
         "id": "sg-00000000000000003",
         "name": "ssh",
         "rules": {
          "ingress": {
           "protocols": {
            "TCP": {
             "ports": {
              "22": {
               "cidrs": [
                {
                 "CIDR": "0.0.0.0/0"
                }
               ]
              }
             }
            }
           }
          }
         }
        }
       }
      }
     }
    },
    "us-east-1": {
     "id": "us-east-1",
     "name": "us-east-1",
     "region": "us-east-1",
     "regional_settings": {
      "0": {}
     }
    }
   }
  },
  "iam": {
   "filters": {},
   "findings": {
    "iam-managed-policy-allows-full-privileges": {
     "checked_items": 0,
     "compliance": [
      {
       "name": "CIS Amazon Web Services Foundations",
       "reference": "1.22",
       "version": "1.2.0"
      }
     ],
     "dashboard_name": "Statements",
     "description": "Managed Policy Allows All Actions",
     "display_path": "iam.policies.id",
     "flagged_items": 0,
     "items": [],
     "level": "danger",
     "path": "iam.policies.id.PolicyDocument.Statement.id",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "IAM"
    },
    "iam-password-policy-expiration-threshold": {
     "checked_items": 1,
     "compliance": [
      {
       "name": "CIS Amazon Web Services Foundations",
       "reference": "1.11",
       "version": "1.2.0"
      }
     ],
     "dashboard_name": "Password policy",
     "description": "Passwords Expire after 90 Days",
     "display_path": "iam.password_policy.MaxPasswordAge",
     "flagged_items": 1,
     "id_suffix": "MaxPasswordAge",
     "items": [
      "iam.password_policy.MaxPasswordAge"
     ],
     "level": "danger",
     "path": "iam.password_policy",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "IAM"
    },
    "iam-password-policy-minimum-length": {
     "checked_items": 1,
     "compliance": [
      {
       "name": "CIS Amazon Web Services Foundations",
       "reference": "1.9",
       "version": "1.2.0"
      }
     ],
     "dashboard_name": "Password policy",
     "description": "Minimum Password Length Too Short",
     "flagged_items": 1,
     "items": [
      "iam.password_policy.MinimumPasswordLength"
     ],
     "level": "danger",
     "path": "iam.password_policy.MinimumPasswordLength",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "IAM"
    },
    "iam-root-account-hardware-mfa": {
     "checked_items": 0,
     "description": "Root Account without Hardware MFA",
     "flagged_items": 0,
     "level": "danger",
     "path": "iam.credential_reports.id"
    },
    "iam-root-account-no-mfa": {
     "checked_items": 1,
     "compliance": [
      {
       "name": "CIS Amazon Web Services Foundations",
       "reference": "1.13",
       "version": "1.2.0"
      }
     ],
     "dashboard_name": "Accounts",
     "description": "Root Account without MFA",
     "flagged_items": 0,
     "id_suffix": "mfa_active",
     "items": [],
     "level": "danger",
     "path": "iam.credential_reports.id",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "IAM"
    },
    "iam-user-without-mfa": {
     "checked_items": 1,
     "compliance": [
      {
       "name": "CIS Amazon Web Services Foundations",
       "reference": "1.2",
       "version": "1.2.0"
      }
     ],
     "dashboard_name": "Users",
     "description": "User without MFA",
     "flagged_items": 1,
     "id_suffix": "mfa_enabled",
     "items": [
      "iam.users.aidaexampleexample01.mfa_enabled"
     ],
     "level": "danger",
     "path": "iam.users.id",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "IAM"
    }
   },
   "password_policy": {
    "MinimumPasswordLength": "1"
   },
   "users": {
    "aidaexampleexample01": {
     "arn": "arn:aws:iam::111122223333:user/ada",
     "id": "aidaexampleexample01",
     "name": "ada"
    }
   }
  },
  "s3": {
   "buckets": {
    "scoutid-0000000000000000000000000000000000000001": {
     "arn": "arn:aws:s3:::open.example.com/*",
     "id": "scoutid-0000000000000000000000000000000000000001",
     "name": "open.example.com",
     "region": "us-east-1"
    },
    "scoutid-0000000000000000000000000000000000000003": {
     "arn": "arn:aws:s3:::closed/*",
     "id": "scoutid-0000000000000000000000000000000000000003",
     "name": "closed",
     "region": "us-east-1"
    }
   },
   "filters": {},
   "findings": {
    "s3-bucket-no-versioning": {
     "checked_items": 3,
     "compliance": null,
     "dashboard_name": "Buckets",
     "description": "Bucket without Versioning",
     "flagged_items": 2,
     "id_suffix": "versioning",
     "items": [
      "s3.buckets.scoutid-0000000000000000000000000000000000000001.versioning",
      "s3.buckets.scoutid-0000000000000000000000000000000000000003.versioning"
     ],
     "level": "warning",
     "path": "s3.buckets.id",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "S3"
    }
   }
  },
  "vpc": {
   "filters": {},
   "findings": {
    "vpc-custom-network-acls-allow-all-ingress": {
     "checked_items": 3,
     "compliance": null,
     "dashboard_name": "Network ACLs",
     "description": "Network ACLs Allow All ingress Traffic (custom)",
     "flagged_items": 0,
     "id_suffix": "ingress._GET_VALUE_AT_(vpc.regions.id.vpcs.id.network_acls.id.allow_all_ingress_traffic)",
     "items": [],
     "level": "warning",
     "path": "vpc.regions.id.vpcs.id.network_acls.id",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "VPC"
    },
    "vpc-default-network-acls-allow-all-ingress": {
     "checked_items": 3,
     "compliance": null,
     "dashboard_name": "Network ACLs",
     "description": "Network ACLs Allow All ingress Traffic (default)",
     "flagged_items": 2,
     "id_suffix": "ingress._GET_VALUE_AT_(vpc.regions.id.vpcs.id.network_acls.id.allow_all_ingress_traffic)",
     "items": [
      "vpc.regions.eu-central-1.vpcs.vpc-00000000000000005.network_acls.acl-00000000000000001.ingress.100",
      "vpc.regions.eu-central-1.vpcs.vpc-00000000000000006.network_acls.acl-00000000000000002.ingress.100"
     ],
     "level": "warning",
     "path": "vpc.regions.id.vpcs.id.network_acls.id",
     "rationale": "…",
     "references": null,
     "remediation": null,
     "service": "VPC"
    }
   },
   "regions": {
    "eu-central-1": {
     "id": "eu-central-1",
     "name": "eu-central-1",
     "region": "eu-central-1",
     "vpcs": {
      "vpc-00000000000000005": {
       "arn": "arn:aws:vpc:eu-central-1:111122223333:virtual-private-cloud/vpc-00000000000000005",
       "id": "vpc-00000000000000005",
       "name": "vpc-00000000000000005",
       "network_acls": {
        "acl-00000000000000001": {
         "arn": "arn:aws:vpc:eu-central-1:111122223333:network-acl/acl-00000000000000001",
         "id": "acl-00000000000000001",
         "name": "acl-00000000000000001"
        }
       }
      },
      "vpc-00000000000000006": {
       "arn": "arn:aws:vpc:eu-central-1:111122223333:virtual-private-cloud/vpc-00000000000000006",
       "id": "vpc-00000000000000006",
       "name": "vpc-00000000000000006",
       "network_acls": {
        "acl-00000000000000002": {
         "arn": "arn:aws:vpc:eu-central-1:111122223333:network-acl/acl-00000000000000002",
         "id": "acl-00000000000000002",
         "name": "acl-00000000000000002"
        }
       }
      }
     }
    }
   }
  }
 }
}
